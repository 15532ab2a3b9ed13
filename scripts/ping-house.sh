
# house needs its cache and the database for metrics.
wait_for_url redis "$REDIS_URL" 6379
wait_for clickhouse "$CLICKHOUSE_HOST" "$CLICKHOUSE_PORT"
