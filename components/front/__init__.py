"""How requests come from outside to a GatewayTier: each way in is an argument type of its own, with what it makes."""
