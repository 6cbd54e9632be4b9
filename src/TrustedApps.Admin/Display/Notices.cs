namespace TrustedApps.Admin.Display;

/// <summary>Notices of changes that were made. Links can choose among these only.</summary>
internal static class Notices
{
    /// <summary>The key of the notice that a form did not arrive.</summary>
    public const string NotSent = "not-sent";

    public static string? Find(string? key) => key switch
    {
        "added" => "The application is trusted from now on.",
        "edited" => "The change is in force.",
        "suspended" => "The trust is suspended: requests of this application are refused.",
        "resumed" => "The trust is in force again.",
        "removed" => "The trust was removed.",
        "confirmed" => "The new keys are trusted from now on.",
        "rejected" => "The new keys were rejected. They will not be offered again.",
        "restored" => "The earlier certificate is on record again.",
        "key-removed" => "The key was removed. It is not trusted any more.",
        "replaced" => "The certificate was replaced.",
        "legacy" => "What the application may do under older versions was changed.",
        "legacy-removed" => "Older versions are not accepted from this application any more.",
        "provider-added" => "The provider's certificate is pinned.",
        "provider-removed" => "The provider was removed.",
        "published" => "The next keys are in the certificate. Rotate in a day.",
        "rotated" => "The next keys are in use; the keys before them are retired.",
        NotSent => "The form was not sent, probably because your session ended. Nothing was changed.",
        _ => null,
    };
}
