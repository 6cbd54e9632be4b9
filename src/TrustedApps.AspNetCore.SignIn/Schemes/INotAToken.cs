namespace TrustedApps.AspNetCore.SignIn.Schemes;

/// <summary>
/// Marks the handlers whose schemes rest on something else than a token that was made for the one who shows it: a
/// password, a header of a front, another scheme. None of them opens the token mirror.
/// </summary>
internal interface INotAToken;
