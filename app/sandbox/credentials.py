"""The only credentials the simulator accepts. They open nothing else, so they are no secret."""

OVH_APPLICATION_KEY = "bac-a-sable-application"
OVH_APPLICATION_SECRET = "bac-a-sable-secret"  # noqa: S105 - public
OVH_CONSUMER_KEY = "bac-a-sable-consommateur"
OVH_SERVICE = "sms-ab12345-1"

SMSMODE_API_KEY = "bac-a-sable-smsmode"

STRIPE_SECRET_KEY = "sk_test_bac_a_sable"  # noqa: S105 - public
STRIPE_WEBHOOK_SECRET = "whsec_bac_a_sable"  # noqa: S105 - public
HELLOASSO_CLIENT_ID = "bac-a-sable-helloasso"
HELLOASSO_CLIENT_SECRET = "bac-a-sable-helloasso-secret"  # noqa: S105 - public
HELLOASSO_SLUG = "association-bac-a-sable"
HELLOASSO_SIGNATURE_KEY = "bac-a-sable-signature"

AFNOR_CLIENT_ID = "bac-a-sable-plateforme"
AFNOR_CLIENT_SECRET = "bac-a-sable-plateforme-secret"  # noqa: S105 - public

SMOOBU_KEY = "bac-a-sable-smoobu"
SMOOBU_SECRET = "bac-a-sable-smoobu-secret"  # noqa: S105 - public

PENNYLANE_TOKEN = "bac-a-sable-pennylane"  # noqa: S105 - public
DOLIBARR_KEY = "bac-a-sable-dolibarr"

MAIL_USER = "atelier@demo.example"
MAIL_PASSWORD = "bac-a-sable"  # noqa: S105 - public
