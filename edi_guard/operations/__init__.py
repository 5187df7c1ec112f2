"""What those who run the folder service look at: metrics, heartbeat, notifications, the calendar."""
