"""What a web page, a stranger in the network or a hostile document may try; every one of them must fail."""
