"""Stripe's parameters of every call that the sandbox has, by the `stripe` package's own types.

Written by `python -m local.payment_sandbox.parameter_table`; not by hand.
"""

API_VERSION = "2026-10-28.endive"

NAMES = {
    "ChargeRetrieveParams": """
    expand
    """.split(),
    "ConfirmationTokenCreateParams": """
    expand payment_method payment_method_data payment_method_options return_url setup_future_usage shipping
    """.split(),
    "CustomerCreateParams": """
    address balance business_name cash_balance description email expand individual_name invoice_prefix
    invoice_settings metadata name next_invoice_sequence payment_method phone preferred_locales shipping source tax
    tax_exempt tax_id_data test_clock validate
    """.split(),
    "CustomerDeleteParams": """

    """.split(),
    "PaymentIntentCancelParams": """
    cancellation_reason expand
    """.split(),
    "PaymentIntentCaptureParams": """
    amount_details amount_to_capture application_fee_amount expand final_capture hooks metadata payment_details
    statement_descriptor statement_descriptor_suffix transfer_data
    """.split(),
    "PaymentIntentConfirmParams": """
    allowed_payment_method_types amount_details amount_to_confirm capture_method confirmation_token
    error_on_requires_action excluded_payment_method_types expand hooks mandate mandate_data off_session
    payment_details payment_method payment_method_data payment_method_options radar_options receipt_email return_url
    setup_future_usage shipping use_stripe_sdk
    """.split(),
    "PaymentIntentCreateParams": """
    allowed_payment_method_types amount amount_details application_fee_amount automatic_payment_methods
    capture_method confirm confirmation_method confirmation_token currency customer customer_account description
    error_on_requires_action excluded_payment_method_types expand hooks mandate mandate_data metadata off_session
    on_behalf_of payment_details payment_method payment_method_configuration payment_method_data
    payment_method_options radar_options receipt_email return_url setup_future_usage shipping statement_descriptor
    statement_descriptor_suffix transfer_data transfer_group use_stripe_sdk
    """.split(),
    "PaymentIntentCreateParamsAutomaticPaymentMethods": """
    allow_redirects enabled
    """.split(),
    "PaymentIntentRetrieveParams": """
    client_secret expand
    """.split(),
    "PaymentMethodDetachParams": """
    expand
    """.split(),
    "RefundCreateParams": """
    amount charge currency customer expand instructions_email metadata origin payment_intent reason
    refund_application_fee reverse_transfer
    """.split(),
    "RefundListParams": """
    charge created ending_before expand limit payment_intent starting_after
    """.split(),
    "RefundRetrieveParams": """
    expand
    """.split(),
}

CHOICES = {
    ("PaymentIntentCreateParams", "allowed_payment_method_types"): """
    acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik
    boku_promptpay boleto capchase_pay card card_present cashapp check_scan click_to_pay crypto customer_balance
    demo_pay duitnow dummy_auth_push dummy_passthrough_card edenred eps fpx gcash getbalance gift_card giropay gopay
    grabpay id_bank_transfer ideal interac_present kakao_pay klarna knet konbini kr_card kr_market kriya link mb_way
    mobilepay momo mondu multibanco naver_pay netbanking ng_bank ng_bank_transfer ng_card ng_market ng_ussd
    ng_wallet nz_bank_account octopus oxxo p24 paper_check pay_by_bank payco paynow paypal paypay payto pix
    promptpay qris rechnung revolut_pay samsung_pay satispay scalapay sepa_debit sequra shop_pay shopeepay sofort
    south_korea_market stripe_balance sunbit swish tamara test_pay touch_n_go truemoney twint upi us_bank_account
    us_cash_voucher vipps wechat_pay wero zip
    """.split(),
    ("PaymentIntentCreateParams", "capture_method"): """
    automatic automatic_async manual
    """.split(),
    ("PaymentIntentCreateParams", "setup_future_usage"): """
    off_session on_session
    """.split(),
    ("PaymentIntentCreateParamsAutomaticPaymentMethods", "allow_redirects"): """
    always never
    """.split(),
    ("PaymentIntentConfirmParams", "setup_future_usage"): """
    off_session on_session
    """.split(),
    ("PaymentIntentCancelParams", "cancellation_reason"): """
    abandoned duplicate fraudulent requested_by_customer
    """.split(),
    ("RefundCreateParams", "reason"): """
    duplicate fraudulent requested_by_customer
    """.split(),
    ("ConfirmationTokenCreateParams", "setup_future_usage"): """
    off_session on_session
    """.split(),
}
