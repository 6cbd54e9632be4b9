using Microsoft.AspNetCore.Authentication;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Login by the fields of a form that is posted to certain paths. Validated at start-up.</summary>
public sealed class FormLoginOptions : AuthenticationSchemeOptions
{
    /// <summary>The field with the user name. A form without it is no login. Regardless of case, as all fields are.</summary>
    /// <value>Default <c>os_username</c>; not empty, and no other field's name.</value>
    public string UserNameField { get; set; } = "os_username";

    /// <summary>The field with the password.</summary>
    /// <value>Default <c>os_password</c>; not empty, and no other field's name.</value>
    public string PasswordField { get; set; } = "os_password";

    /// <summary>The field that asks for a lasting login: any value but an empty one and <c>false</c>.</summary>
    /// <value>Default <c>os_cookie</c>; not empty, and no other field's name.</value>
    public string RememberMeField { get; set; } = "os_cookie";

    /// <summary>The paths on which the fields are honoured, as URL patterns such as <c>/login</c>, which also covers what is below it.</summary>
    /// <value>Default empty: then <see cref="PathList"/> has some. A pattern that covers every path is refused.</value>
    public IList<string> Paths { get; } = [];

    /// <summary>More such paths in one text, separated by commas; white space around them and empty entries are ignored.</summary>
    /// <value>Default empty.</value>
    public string PathList { get; set; } = "";

    /// <summary>The scheme that keeps the session, such as a cookie scheme. Each login starts a new session there and ends the old one.</summary>
    /// <value>Default null: the login is for this one request.</value>
    public string? SignInScheme { get; set; }

    /// <summary>The scheme that remembers the user across sessions, with a lasting cookie. Its own lifetime applies. Each login ends what was remembered before.</summary>
    /// <value>Default null: nobody is remembered. Else another scheme than <see cref="SignInScheme"/>.</value>
    public string? RememberMeScheme { get; set; }

    /// <summary>Whether passwords are taken over plain http from other hosts too. Whoever is on the way reads them.</summary>
    /// <value>Default false: only over https, and over http where both ends of the connection are loopback addresses.</value>
    public bool AllowHttp { get; set; }

    /// <summary>Whether other sites may send the form. They could log a user in as somebody else without the user's noticing.</summary>
    /// <value>Default false.</value>
    public bool AllowCrossSite { get; set; }

    internal IEnumerable<string> AllPaths =>
        [.. Paths, .. PathList.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The paths, read once; options do not change after they were validated.</summary>
    internal UrlCondition LoginPaths => field ??= new UrlCondition(AllPaths);
}
