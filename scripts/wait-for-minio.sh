
# The bucket Job needs the object storage.
wait_for_url minio "$MINIO_ENDPOINT" 80
