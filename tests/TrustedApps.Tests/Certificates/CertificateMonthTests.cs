using System.Net;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Certificates;

/// <summary>
/// A simulated month: the refresher with its rounds, an honest application that rotates its keys, and a thief
/// who holds keys of it and is its base URL now and then. The thief may have the certificate fetched at any minute.
/// </summary>
public sealed class CertificateMonthTests
{
    private const int Month = 30 * 24 * 60; // minutes
    private const int Step = 5; // minutes: a round every 5 minutes, to be quick

    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);
    private static readonly Lazy<ApplicationKeys> _first = new(() => ThrowAwayKeys.Of("wiki", 3, _start));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How the thief answers, by a seeded schedule, and which keys the thief holds.</summary>
    public enum Thief
    {
        None,
        AtRandom, // a tenth of the time, in runs of up to two hours
        WhenAskedFor, // once an hour at a minute of his choice, which he has asked for by a grant with an unknown kid
        AtTheEnd, // for the minutes around the end of each hold, and when he asks for a fetch
        HalfOfTheTime, // 6 of 12 hours: too often for the honest to come in, and still not often enough for himself
    }

    /// <summary>Each kind of thief, with one key or two, under two seeds.</summary>
    public static MatrixTheoryData<Thief, bool, int> Thieves { get; } = new(Enum.GetValues<Thief>(), [false, true], [1, 2]);

    [Theory]
    [MemberData(nameof(Thieves))]
    public async Task A_thief_who_comes_and_goes_is_never_on_record_and_an_honest_rotation_always_ends_there(
        Thief thief, bool hasNextKey, int seed)
    {
        var random = new Random(seed);
        var time = new ManualTimeProvider(_start);
        var world = new World(thief, hasNextKey, random, time);
        using var handler = world;
        using var client = new CertificateClient(new CertificateClientOptions { HttpClientFactory = new OneHandlerFactory(world) }, time);
        var record = CertificateRecord.Establish(_first.Value.ToCertificate(time: time), BaseUrl.Parse("https://wiki.example"), _start);
        var trusts = new InMemoryTrustStore(new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["*"] }));
        var refresher = new CertificateRefresher(trusts, client, options: null, time, logger: null);

        for (int minute = 0; minute < Month; minute += Step)
        {
            time.Advance(TimeSpan.FromMinutes(Step));
            CertificateRecord present = trusts.Find("wiki")!.Record!;
            world.Live(minute, present);
            if (world.AsksForFetch(minute)) await refresher.RefreshSuspectAsync("wiki", Cancellation);
            await refresher.RefreshDueAsync(Cancellation);

            CertificateRecord now = trusts.Find("wiki")!.Record!;
            Assert.DoesNotContain(world.ThiefsKey, now.SigningKeys);
            world.Compare(now);
        }

        if (thief != Thief.HalfOfTheTime) world.RequireAllOnRecord(trusts.Find("wiki")!.Record!);
    }

    private sealed class World : HttpMessageHandler
    {
        private readonly Thief _thief;
        private readonly Random _random;
        private readonly ManualTimeProvider _time;
        private readonly PrivateKey[] _stolen;
        private readonly PrivateKey _thiefs = ThrowAwayKeys.Of("thief", 7, _start).SigningKey;
        private readonly List<RsaPublicKey> _ended = [];
        private ApplicationKeys _keys = _first.Value;
        private byte[] _honest;
        private bool _isThiefThere;
        private int _until;
        private int _rotations;

        public World(Thief thief, bool hasNextKey, Random random, ManualTimeProvider time)
        {
            (_thief, _random, _time) = (thief, random, time);
            ApplicationKeys old = _first.Value.WithNext(_start.AddDays(1), set: 4);
            _stolen = hasNextKey ? [_first.Value.SigningKey, old.Rotate(_start.AddDays(1)).SigningKey] : [_first.Value.SigningKey];
            _honest = _keys.ToCertificate(time: time).ToBytes();
        }

        public RsaPublicKey ThiefsKey => _thiefs.PublicKey;

        // The honest application publishes a key on the first and fifteenth day, and uses it 50 hours later.
        public void Live(int minute, CertificateRecord present)
        {
            DateTimeOffset now = _time.GetUtcNow();
            int day = 24 * 60;
            if (minute == day) _keys = _keys.WithNext(now, set: 4);
            if (minute == 15 * day) _keys = _keys.WithNext(now, set: 5);
            if (minute == day + (50 * 60) || minute == (15 * day) + (50 * 60))
            {
                _keys = _keys.Rotate(now);
                _rotations++;
            }

            if (minute % 60 == 0) _honest = _keys.ToCertificate(time: _time).ToBytes();
            _isThiefThere = IsThiefThere(minute, present, now);
        }

        public bool AsksForFetch(int minute) => _thief switch
        {
            Thief.None => false,
            Thief.WhenAskedFor => minute % 60 == 30,
            _ => _random.Next(6) == 0,
        };

        // A key that has left the record does not come back.
        public void Compare(CertificateRecord now)
        {
            Assert.DoesNotContain(now.SigningKeys, _ended.Contains);
            if (now.Replaced is null) return;
            foreach (RsaPublicKey key in now.Replaced.SigningKeys)
            {
                if (!now.SigningKeys.Contains(key) && !_ended.Contains(key)) _ended.Add(key);
            }
        }

        public void RequireAllOnRecord(CertificateRecord record)
        {
            Assert.Equal(2, _rotations);
            ApplicationCertificate honest = _keys.ToCertificate(time: _time);
            Assert.Equal(honest.SigningKeys.Select(key => key.Thumbprint).Order(), record.SigningKeys.Select(key => key.Thumbprint).Order());
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            byte[] document = _isThiefThere ? Forged() : _honest;
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(document) };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", ApplicationCertificate.MediaType);
            return Task.FromResult(response);
        }

        private bool IsThiefThere(int minute, CertificateRecord present, DateTimeOffset now)
        {
            switch (_thief)
            {
                case Thief.AtRandom:
                    if (minute < _until) return _isThiefThere;
                    bool comes = _random.Next(10) == 0;
                    _until = minute + _random.Next(Step, 120);
                    return comes;
                case Thief.WhenAskedFor:
                    return minute % 60 == 30;
                case Thief.AtTheEnd:
                    return minute % 60 == 0 || (present.Pending is { } pending && (now - pending.TakesEffectAt).Duration() < TimeSpan.FromMinutes(70));
                case Thief.HalfOfTheTime:
                    return minute / 60 % 12 < 6;
                default:
                    return false;
            }
        }

        // Dated as late as it may be: with the thief's own key, or with encryption keys of the thief's, or an old one.
        private byte[] Forged()
        {
            PrivateKey[] signers = _random.Next(3) switch
            {
                0 => _stolen,
                1 => [_stolen[^1], _thiefs],
                _ => [_stolen[0], _thiefs],
            };
            RsaPublicKey encryption = ThrowAwayKeys.Of("thief", 7, _start).Ring.ListedEncryptionKeys()[0].PublicKey;
            var content = new CertificateContent(
                "wiki", "Wiki", _time.GetUtcNow().ToUnixTimeSeconds(), [4], [.. signers.Select(key => key.PublicKey)], [encryption]);
            return SignedCertificate.WriteAsync(content, signers, Cancellation).AsTask().GetAwaiter().GetResult();
        }
    }

    private sealed class OneHandlerFactory(HttpMessageHandler handler) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(handler, disposeHandler: false);
    }
}
