namespace TrustedApps.Admin.Display;

/// <summary>The changes of a trust that need no form, but a second look.</summary>
internal enum Decision
{
    Suspend,
    Confirm,
    Reject,
    Restore,
}
