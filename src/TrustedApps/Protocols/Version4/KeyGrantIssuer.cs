using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The consumer's side of key grants: one key grant for this process and one provider. One caller renews it ahead of
/// time while the others use the old one. Safe for concurrent use; the usual call takes no lock.
/// </summary>
internal sealed class KeyGrantIssuer(
    ApplicationKeys keys,
    KeyGrantRecipient provider,
    BaseUrl baseUrl,
    TimeSpan lifetime
)
{
    private const long MaxEncryptions = 1L << 31; // half of what NIST SP 800-38D section 8.3 allows with random nonces
    private const long Margin = 5; // seconds allowed for the transit of a request, or for a clock set back

    private readonly Lock _gate = new(); // never held while a key signs
    private readonly long _lifetime = (long)lifetime.TotalSeconds;
    private KeyGrant? _current;
    private KeyGrant? _previous; // callers may still be encrypting with it
    private TaskCompletionSource<KeyGrant>? _renewal; // the renewal under way

    /// <summary>The provider and the key that session keys are wrapped to.</summary>
    public KeyGrantRecipient Provider => provider;

    /// <summary>
    /// Returns an issuer that signs with other keys, or wraps to another key of the same provider.
    /// </summary>
    public KeyGrantIssuer With(ApplicationKeys otherKeys, KeyGrantRecipient otherProvider) =>
        new(otherKeys, otherProvider, baseUrl, TimeSpan.FromSeconds(_lifetime));

    /// <summary>Returns a key grant that is valid at this moment.</summary>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait for a new key grant. Other callers still receive that key grant.
    /// </param>
    public ValueTask<KeyGrant> GetAsync(long now, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is not { } current || !IsGood(current, now))
        {
            return WaitAsync(now, cancellationToken);
        }

        if (IsWorn(current, now)) RenewInBackground(current, now);
        return new(current);
    }

    /// <summary>Discards a key grant, such as one that the provider rejected. The next call makes another.</summary>
    public void Discard(string token)
    {
        lock (_gate)
        {
            if (_current?.Token == token) Retire();
        }
    }

    private static bool IsGood(KeyGrant grant, long now) =>
        now >= grant.IssuedAt - Margin
        && now < grant.ExpiresAt - Margin
        && grant.Key.Encryptions < MaxEncryptions + (MaxEncryptions / 2);

    private bool IsWorn(KeyGrant grant, long now) =>
        now - grant.IssuedAt > _lifetime / 2 || grant.Key.Encryptions > MaxEncryptions;

    private async ValueTask<KeyGrant> WaitAsync(long now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mine = new TaskCompletionSource<KeyGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<KeyGrant> renewal;
            lock (_gate)
            {
                if (_current is { } current && IsGood(current, now)) return current;
                renewal = _renewal ??= mine;
            }

            if (ReferenceEquals(renewal, mine)) _ = CompleteAsync(mine, now);
            KeyGrant made = await renewal.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (IsGood(made, now)) return made;
        }
    }

    private void RenewInBackground(KeyGrant worn, long now)
    {
        if (Volatile.Read(ref _renewal) is not null) return;
        var renewal = new TaskCompletionSource<KeyGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_renewal is not null || !ReferenceEquals(_current, worn)) return; // another caller was faster
            _renewal = renewal;
        }

        _ = Task.Run(() => CompleteAsync(renewal, now));
    }

    // Passes the key grant, or the exception, to all waiting callers.
    private async Task CompleteAsync(TaskCompletionSource<KeyGrant> renewal, long now)
    {
        Task<KeyGrant> renewing = RenewAsync(now);
        await ((Task)renewing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate) _renewal = null;
        renewal.SetFromTask(renewing);
        _ = renewal.Task.Exception; // observed: no caller waits in the background, and the next call retries
    }

    private async Task<KeyGrant> RenewAsync(long now)
    {
        KeyGrant made = await KeyGrantToken
            .IssueAsync(keys, provider.Id, baseUrl, provider.EncryptionKey, now, _lifetime).ConfigureAwait(false);
        lock (_gate)
        {
            Retire();
            Volatile.Write(ref _current, made);
        }

        return made;
    }

    // Zeroes the key of the previous grant: its callers have finished long ago, or request another grant.
    private void Retire()
    {
        if (_current is null) return;
        _previous?.Key.Drop();
        _previous = _current;
        Volatile.Write(ref _current, null);
    }
}
