using System.Collections.Concurrent;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

/// <summary>An application's own guard. It notes what it is told, and stops nobody unless it is told to.</summary>
internal sealed class OpenGuard : ILoginGuard
{
    public ConcurrentQueue<(string Event, LoginAttempt Attempt)> Told { get; } = new();

    public LoginVerdict Permission { get; set; } = LoginVerdict.Allowed;

    public ValueTask<LoginVerdict> PermitAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        Told.Enqueue(("asked", attempt));
        return new(Permission);
    }

    public ValueTask OnFailureAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Note("failure", attempt);

    public ValueTask OnSuccessAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Note("success", attempt);

    public ValueTask OnAbandonedAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Note("abandoned", attempt);

    private ValueTask Note(string what, LoginAttempt attempt)
    {
        Told.Enqueue((what, attempt));
        return default;
    }
}
