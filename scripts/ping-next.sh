
# next shows what the other services answer.
wait_for_url server "$SWANLAB_SERVER_URL" 80
wait_for_url cloud "$SWANLAB_CLOUD_URL" 80
wait_for_url house "$SWANLAB_HOUSE_URL" 80
