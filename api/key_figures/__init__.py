"""What stands behind the doors of key figures: answers, the page, and the gauges."""
