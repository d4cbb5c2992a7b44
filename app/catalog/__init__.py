"""The catalogue: what we sell. Articles (goods, services, standard services, bundles), families as a tree, suppliers, VAT codes with dated rates, price history."""
