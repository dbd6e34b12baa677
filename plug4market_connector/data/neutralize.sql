-- A copy of a live database must never speak for the store: no tokens, no addresses.
UPDATE plug4market_connection
   SET access_token = NULL,
       refresh_token = NULL,
       token_origin = NULL,
       access_token_expiry = NULL,
       refresh_token_expiry = NULL,
       access_token_issued = NULL,
       question = NULL,
       asked_at = NULL,
       known_database = NULL,
       state = 'disconnected';
UPDATE res_company
   SET plug4market_active = false,
       plug4market_environment = 'simulator',
       plug4market_api_url = 'http://127.0.0.1:8070',
       plug4market_webhook_token = NULL;
