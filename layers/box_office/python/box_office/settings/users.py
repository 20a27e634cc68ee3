"""Settings of functions that read or write what is kept about users."""

from box_office.settings import Settings
from box_office.settings.shared import QueueSettings, StaffSettings


class UserTableSettings(Settings):
    """Settings of functions that read or write rows of users."""

    users_table: str


class SignInSettings(UserTableSettings):
    """The function that Cognito calls before it makes a token."""

    staff_session_hours: int  # so long after its sign-in a session of the staff client can be refreshed


class WalletSettings(UserTableSettings):
    """Settings of functions that read or write a user's references at the provider."""


class MeSettings(WalletSettings, StaffSettings):
    """GetMe."""


class ForgetSettings(QueueSettings, WalletSettings):
    """Settings of DELETE GetMe."""


class AddressSettings(Settings):
    """Settings of functions that read users' mail addresses."""

    user_pool_id: str
