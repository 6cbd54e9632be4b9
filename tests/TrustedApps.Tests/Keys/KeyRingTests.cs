using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public class KeyRingTests
{
    private static readonly DateTimeOffset _start = Fixture.Now;

    /// <summary>Rings that are none, by name.</summary>
    private static Dictionary<string, Func<PrivateKey[]>> Bad { get; } = new(StringComparer.Ordinal)
    {
        ["no key"] = () => [],
        ["two legacy keys"] = () => [Fixture.Wiki.LegacyKey, Fixture.Blog.LegacyKey],
        ["a legacy key that is next"] = () => [Fixture.Wiki.LegacyKey.As(KeyStatus.Next)],
        ["a signing key alone"] = () => [SpareKeys.Signing(1)],
        ["an encryption key alone"] = () => [SpareKeys.Encrypting(1)],
        ["next keys alone"] = () => [SpareKeys.Signing(1).As(KeyStatus.Next), SpareKeys.Encrypting(1).As(KeyStatus.Next)],
        ["retired keys alone"] = () => [SpareKeys.Signing(1).As(KeyStatus.Retired, _start), SpareKeys.Encrypting(1).As(KeyStatus.Retired, _start)],
        ["two current signing keys"] = () => [SpareKeys.Signing(1), SpareKeys.Signing(2), SpareKeys.Encrypting(1)],
        ["two current keys of each use"] = () => [SpareKeys.Signing(1), SpareKeys.Signing(2), SpareKeys.Encrypting(1), SpareKeys.Encrypting(2)],
        ["two next encryption keys"] = () => [SpareKeys.Signing(1), SpareKeys.Encrypting(1), SpareKeys.Encrypting(2).As(KeyStatus.Next), SpareKeys.Encrypting(3).As(KeyStatus.Next)],
        ["two next signing keys"] = () => [SpareKeys.Signing(1), SpareKeys.Encrypting(1), SpareKeys.Signing(2).As(KeyStatus.Next), SpareKeys.Signing(3).As(KeyStatus.Next)],
        ["a signing key that is due"] = () => [SpareKeys.Signing(1).As(KeyStatus.Current, dueAt: _start), SpareKeys.Encrypting(1)],
        ["a retired key that is due"] = () => [SpareKeys.Signing(1), SpareKeys.Encrypting(1), SpareKeys.Encrypting(2).As(KeyStatus.Retired, _start, _start)],
        ["a key that was retired at no time"] = () => [SpareKeys.Signing(1), SpareKeys.Encrypting(1), SpareKeys.Signing(2).As(KeyStatus.Retired)],
        ["a current key that was retired"] = () => [SpareKeys.Signing(1).As(KeyStatus.Current, _start), SpareKeys.Encrypting(1)],
        ["one modulus for signing and encryption"] = () => [SpareKeys.Signing(1), new(KeyUse.Encryption, SpareKeys.Signing(1).ExportParameters())],
        ["one modulus for signing and legacy"] = () => [new(KeyUse.Legacy, SpareKeys.Signing(1).ExportParameters()), SpareKeys.Signing(1), SpareKeys.Encrypting(1)],
        ["one modulus for encryption and legacy"] = () => [new(KeyUse.Legacy, SpareKeys.Encrypting(1).ExportParameters()), SpareKeys.Signing(1), SpareKeys.Encrypting(1)],
    };

    public static TheoryData<string> BadNames { get; } = [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Keys_that_make_no_ring_are_refused(string name) => Assert.Throws<ArgumentException>(() => new KeyRing(Bad[name](), _start));

    [Fact]
    public void One_modulus_with_two_exponents_is_one_modulus()
    {
        System.Security.Cryptography.RSAParameters other = Fixture.WithExponent(SpareKeys.Signing(1).ExportParameters(), 4_294_967_295);
        Assert.Throws<ArgumentException>(() => new KeyRing([new(KeyUse.Legacy, other), SpareKeys.Signing(1), SpareKeys.Encrypting(1)], _start));
    }

    [Fact]
    public void The_current_key_of_each_use_comes_first()
    {
        var ring = new KeyRing(
            [
                SpareKeys.Encrypting(2).As(KeyStatus.Next), SpareKeys.Signing(3).As(KeyStatus.Retired, _start), SpareKeys.Encrypting(1),
                SpareKeys.Signing(2).As(KeyStatus.Next), Fixture.Wiki.LegacyKey, SpareKeys.Signing(1), SpareKeys.Encrypting(3).As(KeyStatus.Retired, _start),
            ],
            _start);
        Assert.Equal(
            [
                Fixture.Wiki.LegacyKey.KeyId, SpareKeys.Signing(1).KeyId, SpareKeys.Signing(2).KeyId, SpareKeys.Signing(3).KeyId,
                SpareKeys.Encrypting(1).KeyId, SpareKeys.Encrypting(2).KeyId, SpareKeys.Encrypting(3).KeyId,
            ],
            ring.Keys.Select(key => key.KeyId));
        Assert.Equal([SpareKeys.Encrypting(1), SpareKeys.Encrypting(2)], ring.ListedEncryptionKeys().Select(key => SpareKeys.Encrypting(key.KeyId == SpareKeys.Encrypting(1).KeyId ? 1 : 2)));
        Assert.Equal(3, ring.ListedSigningKeys(_start).Length);
    }

    [Fact]
    public void A_rotation_goes_from_one_key_over_two_to_the_other()
    {
        KeyRing first = New();
        KeyRing published = first.PublishNext(_start.AddDays(1), bits: 2048);
        Assert.Equal("S current, S next, E current, E next", Describe(published));
        Assert.Same(first.SigningKey, published.SigningKey);
        Assert.Equal([first.Keys[1].KeyId], published.ListedEncryptionKeys().Take(1).Select(key => key.KeyId)); // still the one to wrap to

        KeyRing rotated = published.Rotate(_start.AddDays(2));
        Assert.Equal("S current, S retired, E current, E retired", Describe(rotated));
        Assert.Equal(published.Keys[1].KeyId, rotated.SigningKey!.KeyId);
        Assert.Equal(published.Keys[3].KeyId, Assert.Single(rotated.ListedEncryptionKeys()).KeyId);
        Assert.Equal([_start.AddDays(2), _start.AddDays(2)], rotated.Keys.Select(key => key.RetiredAt).OfType<DateTimeOffset>());
    }

    [Fact]
    public void New_keys_are_as_long_as_the_current_ones_unless_something_else_is_said()
    {
        Assert.Equal([2048, 2048], LengthsOfNext(New().PublishNext(_start, bits: null)));
        Assert.Equal([3072, 3072], LengthsOfNext(New().PublishNext(_start, bits: 3072)));
        Assert.Equal([3072, 3072], KeyRing.OfLegacy(Fixture.Wiki.LegacyKey).PublishNext(_start, bits: null).Keys.Skip(1).Select(key => key.PublicKey.Bits));

        static IEnumerable<int> LengthsOfNext(KeyRing ring) => ring.Keys.Where(key => key.Status == KeyStatus.Next).Select(key => key.PublicKey.Bits);
    }

    [Fact]
    public void The_first_keys_of_version_4_are_in_use_at_once()
    {
        KeyRing ring = KeyRing.OfLegacy(Fixture.Wiki.LegacyKey).PublishNext(_start, bits: 2048);
        Assert.Equal("L current, S current, E current", Describe(ring));
        Assert.Equal(_start, ring.ChangedAt);
    }

    [Fact]
    public void A_step_out_of_turn_is_refused_with_the_remedy()
    {
        Assert.Contains("publish-next", Assert.Throws<InvalidOperationException>(() => New().Rotate(_start)).Message, StringComparison.Ordinal);
        Assert.Contains("rotate", Assert.Throws<InvalidOperationException>(() => WithNext().PublishNext(_start, bits: 2048)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_lists_8_keys_at_most()
    {
        PrivateKey[] retired = [.. Enumerable.Range(10, 5).Select(number => SpareKeys.Signing(number).As(KeyStatus.Retired, _start))];
        Assert.Equal(2, Listed(new KeyRing([.. New().Keys, .. retired[..4]], _start).PublishNext(_start, bits: 2048)).Encryption);
        var full = new KeyRing([.. New().Keys, .. retired], _start);
        Assert.Contains("8 keys", Assert.Throws<InvalidOperationException>(() => full.PublishNext(_start.AddDays(7).AddTicks(-1), bits: 2048)).Message, StringComparison.Ordinal);
        Assert.Equal((2, 2), Listed(full.PublishNext(_start.AddDays(7), bits: 2048)));

        static (int Signing, int Encryption) Listed(KeyRing ring) => (ring.ListedSigningKeys(_start.AddDays(7)).Length, ring.ListedEncryptionKeys().Length);
    }

    [Fact]
    public void A_retired_signing_key_stays_in_the_certificate_for_48_hours()
    {
        KeyRing ring = WithNext().Rotate(_start);
        Assert.Equal(2, ring.ListedSigningKeys(_start.AddDays(7).AddTicks(-1)).Length);
        Assert.Single(ring.ListedSigningKeys(_start.AddDays(7)));
    }

    [Fact]
    public void A_retired_encryption_key_opens_for_25_hours_and_the_skew()
    {
        KeyRing ring = WithNext().Rotate(_start);
        PrivateKey retired = ring.Keys[^1];
        Assert.DoesNotContain(retired, ring.ListedEncryptionKeys());
        Assert.Same(retired, ring.FindEncryptionKey(retired.KeyId, _start.AddHours(50).AddSeconds(60).AddTicks(-1)));
        Assert.Null(ring.FindEncryptionKey(retired.KeyId, _start.AddHours(50).AddSeconds(60)));
    }

    [Fact]
    public void Only_encryption_keys_are_found_by_their_id()
    {
        KeyRing ring = WithNext();
        Assert.Equal(2, ring.Keys.Count(key => ring.FindEncryptionKey(key.KeyId, _start.AddYears(9)) == key));
        Assert.All(ring.Keys.Where(key => key.Use != KeyUse.Encryption), key => Assert.Null(ring.FindEncryptionKey(key.KeyId, _start)));
        Assert.Null(ring.FindEncryptionKey("", _start));
        Assert.Null(ring.FindEncryptionKey(ring.Keys[^1].KeyId.ToUpperInvariant(), _start));
    }

    [Fact]
    public void Keys_whose_time_is_over_are_dropped_at_the_next_change()
    {
        KeyRing rotated = WithNext().Rotate(_start);
        Assert.Equal("S current, S next, S retired, E current, E next, E retired", Describe(rotated.PublishNext(_start.AddHours(25), bits: 2048)));
        Assert.Equal("S current, S next, S retired, E current, E next", Describe(rotated.PublishNext(_start.AddHours(51), bits: 2048)));
        Assert.Equal("S current, S next, E current, E next", Describe(rotated.PublishNext(_start.AddDays(7), bits: 2048)));
    }

    [Fact]
    public void The_certificate_is_newer_after_each_change_even_within_one_second()
    {
        KeyRing ring = New();
        var seen = new List<DateTimeOffset> { ring.CertificateChangedAt(_start) };
        KeyRing published = ring.PublishNext(_start.AddMilliseconds(900), bits: 2048);
        seen.Add(published.CertificateChangedAt(_start));
        KeyRing rotated = published.Rotate(_start.AddMilliseconds(950));
        seen.Add(rotated.CertificateChangedAt(_start));
        seen.Add(rotated.CertificateChangedAt(_start.AddDays(7)));
        KeyRing again = rotated.PublishNext(_start.AddDays(7), bits: 2048);
        seen.Add(again.CertificateChangedAt(_start.AddDays(7)));
        Assert.Equal([_start, _start.AddSeconds(1), _start.AddSeconds(2), _start.AddDays(7), _start.AddDays(7).AddSeconds(1)], seen);
    }

    [Fact]
    public void The_certificate_is_newer_although_the_clock_was_set_back()
    {
        KeyRing ring = New().PublishNext(_start.AddDays(-30), bits: 2048);
        Assert.Equal(_start.AddSeconds(1), ring.ChangedAt);
        Assert.Equal(_start.AddSeconds(2), ring.Rotate(_start.AddDays(-30)).ChangedAt);
    }

    [Fact]
    public void Two_keys_that_leave_at_one_moment_make_two_changes()
    {
        PrivateKey[] retired = [SpareKeys.Signing(3).As(KeyStatus.Retired, _start), SpareKeys.Signing(4).As(KeyStatus.Retired, _start)];
        var ring = new KeyRing([.. New().Keys, .. retired], _start);
        Assert.Equal(_start.AddDays(7).AddSeconds(1), ring.CertificateChangedAt(_start.AddDays(7)));
        Assert.Equal(_start, ring.CertificateChangedAt(_start.AddDays(7).AddTicks(-1)));
    }

    private static KeyRing New() => new([SpareKeys.Signing(1), SpareKeys.Encrypting(1)], _start);

    private static KeyRing WithNext() => new(
        [Fixture.Wiki.LegacyKey, .. New().Keys, SpareKeys.Signing(2).As(KeyStatus.Next), SpareKeys.Encrypting(2).As(KeyStatus.Next)], _start);

    private static string Describe(KeyRing ring) => string.Join(
        ", ", ring.Keys.Where(key => key.Use != KeyUse.Legacy || ring.Keys.Count == 3).Select(key => $"{key.Use.ToString()[0]} {key.Status}".Replace(key.Status.ToString(), key.Status.ToString().ToLowerInvariant(), StringComparison.Ordinal)));
}
