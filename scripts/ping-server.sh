
# server needs its cache and its database.
wait_for_url redis "$REDIS_URL" 6379
wait_for_url postgres "$POSTGRES_URL" 5432
wait_for_url "postgres replica" "$POSTGRES_REPLICA_URL" 5432
