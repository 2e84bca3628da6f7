"""What the product is compared with: plain Django views without middleware. No part of the product."""
