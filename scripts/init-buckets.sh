# Makes the two buckets of the built-in object storage and sets who may read them. May run again at any time.
# A step that fails ends the script, and the Job tries again.
set -eu
trap 'exit 143' TERM
trap 'exit 130' INT

mc alias set swanlab "$MINIO_ENDPOINT" "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" >/dev/null
echo "logged in at $MINIO_ENDPOINT"

mc mb --ignore-existing "swanlab/$MINIO_PRIVATE_BUCKET" >/dev/null
mc anonymous set none "swanlab/$MINIO_PRIVATE_BUCKET" >/dev/null
echo "bucket $MINIO_PRIVATE_BUCKET is private"

mc mb --ignore-existing "swanlab/$MINIO_PUBLIC_BUCKET" >/dev/null
mc anonymous set download "swanlab/$MINIO_PUBLIC_BUCKET" >/dev/null
echo "bucket $MINIO_PUBLIC_BUCKET can be read by anyone and written with credentials only"
