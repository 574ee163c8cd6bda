"""The pages: one web application that serves the channels' hooks, health, the desk and, in a demo, the demo."""
