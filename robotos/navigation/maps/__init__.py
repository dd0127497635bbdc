"""Maps of homes: reading, checking, changing, writing them. `robotos.navigation.home.load_home` is the one way in."""
