"""The wire to the motor controller, and the controller itself: schema, codec, C core, transports and link."""
