using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The consumer's side of grants: one for this process and one provider, renewed ahead of time by one of the callers
/// while the others go on with the old one. Safe for concurrent use; the usual call takes no lock.
/// </summary>
internal sealed class KeyGrantIssuer(ApplicationKeys keys, ApplicationCertificate provider, BaseUrl baseUrl, TimeSpan lifetime)
{
    private const long MaxEncryptions = 1L << 31; // half of what NIST SP 800-38D section 8.3 allows with random nonces
    private const long Margin = 5; // seconds that a request may be on its way, or a clock set back

    private readonly Lock _gate = new();
    private readonly long _lifetime = (long)lifetime.TotalSeconds;
    private KeyGrant? _current;
    private KeyGrant? _previous; // callers may still be encrypting with it
    private int _isRenewing;

    /// <summary>The certificate that session keys are encrypted for.</summary>
    public ApplicationCertificate Provider => provider;

    /// <summary>Returns one that signs with other keys, or encrypts for another certificate of the same provider.</summary>
    public KeyGrantIssuer With(ApplicationKeys otherKeys, ApplicationCertificate otherCertificate) =>
        new(otherKeys, otherCertificate, baseUrl, TimeSpan.FromSeconds(_lifetime));

    /// <summary>A grant that is good at this moment.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public KeyGrant Get(long now)
    {
        if (Volatile.Read(ref _current) is { } current && IsGood(current, now))
        {
            if (IsWorn(current, now)) RenewInBackground(current, now);
            return current;
        }

        lock (_gate) return _current is { } made && IsGood(made, now) ? made : Replace(now);
    }

    /// <summary>Gives a grant up, such as one that the provider refused; the next call makes another.</summary>
    public void Discard(string token)
    {
        lock (_gate)
        {
            if (_current?.Token == token) Retire();
        }
    }

    private static bool IsGood(KeyGrant grant, long now) =>
        now >= grant.IssuedAt - Margin && now < grant.ExpiresAt - Margin && grant.Key.Encryptions < MaxEncryptions + (MaxEncryptions / 2);

    private bool IsWorn(KeyGrant grant, long now) => now - grant.IssuedAt > _lifetime / 2 || grant.Key.Encryptions > MaxEncryptions;

    private void RenewInBackground(KeyGrant worn, long now)
    {
        if (Interlocked.Exchange(ref _isRenewing, 1) == 1) return;
        _ = Task.Run(() =>
        {
            try
            {
                lock (_gate)
                {
                    if (ReferenceEquals(_current, worn)) Replace(now); // unless somebody was faster
                }
            }
            finally
            {
                Volatile.Write(ref _isRenewing, 0);
            }
        });
    }

    private KeyGrant Replace(long now)
    {
        KeyGrant made = KeyGrantToken.Issue(keys, provider.Id, baseUrl, provider.EncryptionKeys[0], now, _lifetime);
        Retire();
        Volatile.Write(ref _current, made);
        return made;
    }

    // The key of the grant before is zeroed: who took that one has long finished, or asks again.
    private void Retire()
    {
        if (_current is null) return;
        _previous?.Key.Drop();
        _previous = _current;
        Volatile.Write(ref _current, null);
    }
}
