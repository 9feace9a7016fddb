"""What the platform costs: prices and where they come from, the bill, other ways to buy the same fleet."""
