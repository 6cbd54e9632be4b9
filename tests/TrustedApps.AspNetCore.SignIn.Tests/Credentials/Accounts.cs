using System.Collections.Concurrent;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

/// <summary>An application's accounts, and what was asked of them. Everybody's password is "secret", unless <see cref="Answer"/> says something else.</summary>
internal sealed class Accounts : ICredentialVerifier
{
    public ConcurrentQueue<(string UserName, string Password)> Asked { get; } = new();

    public Func<string, string, CancellationToken, Task<bool>> Answer { get; set; } = (_, password, _) => Task.FromResult(password == "secret");

    public async ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken)
    {
        Asked.Enqueue((userName, password));
        return await Answer(userName, password, cancellationToken);
    }
}
