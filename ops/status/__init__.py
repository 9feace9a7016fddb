"""What the cluster makes of the platform: read it, judge it, show it, wait for it. It changes nothing there."""
