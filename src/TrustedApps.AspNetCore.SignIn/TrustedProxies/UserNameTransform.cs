namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>One step from the name that a front sends to the user name. Either <see cref="Prefix"/> or <see cref="Pattern"/>.</summary>
public sealed class UserNameTransform
{
    /// <summary>Text to remove from the beginning, such as <c>EXAMPLE\</c>; compared exactly. A name that does not begin with it stays as it is.</summary>
    public string? Prefix { get; set; }

    /// <summary>
    /// A regular expression with a group, such as <c>^(.+)@example\.com$</c>: its first match is replaced by what the
    /// first group matched. A name without a match stays as it is. Matching takes 100 ms at most; then the request is refused.
    /// </summary>
    public string? Pattern { get; set; }
}
