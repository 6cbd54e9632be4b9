using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Counts failed logins of an account from a network, of a network, and of an account from all networks. The outcome
/// depends on the typed name and the address. Where a network is locked, accounts that have logged in from there may go
/// on, and attempts on the others fail after the same work, so that the time does not tell which accounts these are.
/// </summary>
/// <remarks>
/// A second, higher limit of the network bounds both.
/// An attempt under way counts as a failure until it ends: of a thousand simultaneous guesses, five are verified. An
/// attempt that is allowed only if those under way succeed waits for them: a browser that sends ten requests with the
/// right password at once is not locked out.
/// </remarks>
internal sealed class LoginGuard(IOptions<LoginGuardOptions> options, IServiceProvider services) : ILoginGuard
{
    private const int MaxWaiting = 1024; // the end of an attempt wakes all of them; further attempts are rejected

    private readonly Lock _gate = new();
    private readonly LoginCounters _counters =
        new(options.Value.Capacity, options.Value.Lockout, services.GetService<TimeProvider>() ?? TimeProvider.System);
    private readonly KnownLogins _known =
        new(options.Value.Capacity / 4, services.GetService<TimeProvider>() ?? TimeProvider.System);
    private readonly LoginKeys _keys = new(options.Value);
    private TaskCompletionSource _ended = NewSignal();
    private int _waiting;

    public async ValueTask<LoginVerdict> PermitAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        LoginKey[] keys = _keys.Of(attempt);
        while (true)
        {
            Task ended;
            lock (_gate)
            {
                if (Array.Exists(keys, key => !key.HasException && _counters.IsLocked(key)))
                {
                    return LoginVerdict.Refused;
                }

                bool isException = Array.Exists(keys, key => key.HasException && _counters.IsLocked(key));
                if (!Array.Exists(keys, key => !(isException && key.HasException) && _counters.IsFull(key)))
                {
                    foreach (LoginKey key in keys) _counters.Begin(key);
                    return isException && !_known.Contains(_keys.Exact(attempt))
                        ? LoginVerdict.RefusedAfterwards
                        : LoginVerdict.Allowed;
                }

                if (_waiting == MaxWaiting) return LoginVerdict.Refused;
                _waiting++;
                ended = _ended.Task;
            }

            try
            {
                await ended.WaitAsync(cancellationToken);
            }
            finally
            {
                lock (_gate) _waiting--;
            }
        }
    }

    public ValueTask OnFailureAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        LoginKey[] keys = _keys.Of(attempt);
        End(keys, _counters.Fail);
        return default;
    }

    // The other two counters stay: otherwise a login to an account of one's own would clear them between guesses.
    public ValueTask OnSuccessAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        LoginKey[] keys = _keys.Of(attempt);
        End(keys, key =>
        {
            _counters.Release(key);
            if (key.EndsWithSuccess) _counters.Clear(key);
        });
        lock (_gate) _known.Add(_keys.Exact(attempt));
        return default;
    }

    public ValueTask OnAbandonedAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        LoginKey[] keys = _keys.Of(attempt);
        End(keys, _counters.Release);
        return default;
    }

    private void End(LoginKey[] keys, Action<LoginKey> count)
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            foreach (LoginKey key in keys) count(key);
            (ended, _ended) = (_ended, NewSignal());
        }

        ended.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
