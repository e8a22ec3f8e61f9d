"""What is wrong or strange about prices: the rules, what was accepted before, what a person has looked at."""
