using Microsoft.AspNetCore.Authentication;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Options of login by the fields of a form that is posted to certain paths. Validated at start-up.</summary>
public sealed class FormLoginOptions : AuthenticationSchemeOptions
{
    /// <summary>
    /// The field with the user name. A form without it is not a login. Field names are compared regardless of case.
    /// </summary>
    /// <value>Default <c>os_username</c>; not empty, and different from the other fields.</value>
    public string UserNameField { get; set; } = "os_username";

    /// <summary>The field with the password.</summary>
    /// <value>Default <c>os_password</c>; not empty, and different from the other fields.</value>
    public string PasswordField { get; set; } = "os_password";

    /// <summary>The field that asks for a lasting login: any value except an empty one and <c>false</c>.</summary>
    /// <value>Default <c>os_cookie</c>; not empty, and different from the other fields.</value>
    public string RememberMeField { get; set; } = "os_cookie";

    /// <summary>
    /// The paths on which the fields are read, as URL patterns such as <c>/login</c>, which also covers the paths below
    /// it.
    /// </summary>
    /// <value>
    /// Default empty: <see cref="PathList"/> must then have paths. A pattern that covers every path is rejected.
    /// </value>
    public IList<string> Paths { get; } = [];

    /// <summary>
    /// Further paths in one text, separated by commas; white space around them and empty entries are ignored.
    /// </summary>
    /// <value>Default empty.</value>
    public string PathList { get; set; } = "";

    /// <summary>
    /// The scheme that keeps the session, such as a cookie scheme. Each login starts a new session there and ends the
    /// old one.
    /// </summary>
    /// <value>Default null: the login is for this one request.</value>
    public string? SignInScheme { get; set; }

    /// <summary>
    /// The scheme that keeps the user logged in across sessions, with a lasting cookie of its own lifetime. Each login
    /// ends an earlier lasting login.
    /// </summary>
    /// <value>Default null: there are no lasting logins. Must differ from <see cref="SignInScheme"/>.</value>
    public string? RememberMeScheme { get; set; }

    /// <summary>
    /// Whether passwords are accepted over plain http from other hosts as well. Every host between client and server
    /// can read them.
    /// </summary>
    /// <value>
    /// Default false: only over https, and over http where both ends of the connection are loopback addresses.
    /// </value>
    public bool AllowHttp { get; set; }

    /// <summary>
    /// Whether other sites may send the form. Such a site could log a user in as another user without the user
    /// noticing.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowCrossSite { get; set; }

    internal IEnumerable<string> AllPaths =>
        [.. Paths, .. PathList.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The paths, parsed once: options do not change after validation.</summary>
    internal UrlCondition LoginPaths => field ??= new UrlCondition(AllPaths);
}
