using System.Text;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Http;

/// <summary>Requests, byte by byte as they are sent, so that nothing is left to be made while they are.</summary>
internal sealed class Requests
{
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";
    private const int Few = 256; // where they may come again

    private readonly Func<int, IEnumerable<KeyValuePair<string, string>>> _headers;
    private readonly bool _isOnceOnly;
    private readonly string _start;
    private readonly List<int> _ends = [];
    private byte[] _bytes = new byte[1 << 20];

    private Requests(string origin, bool isOnceOnly, Func<int, IEnumerable<KeyValuePair<string, string>>> headers)
    {
        (_isOnceOnly, _headers) = (isOnceOnly, headers);
        _start = $"GET {BenchFixture.RoutedPath}?q=open HTTP/1.1\r\nHost: {origin["http://".Length..]}\r\nUser-Agent: wiki/4.2\r\nAccept: application/json\r\nAccept-Encoding: gzip, br\r\n";
    }

    /// <summary>Bytes of one.</summary>
    public int Length => _ends[0];

    /// <summary>One of them; they begin anew after the last.</summary>
    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            int index = number % _ends.Count;
            int start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>Requests that a target accepts.</summary>
    public static Requests For(Target target, string origin, SharedKeys keys) => target switch
    {
        Target.Version4Scheme or Target.Version4Middleware => Trusted(origin, Version4(origin), isOnceOnly: true),
        _ when target.NamesGrant() => Naming(origin, Version4(origin), demandsProof: target == Target.Version4JsonProven),
        Target.EmptySchemeLongHeaders => Trusted(origin, Version4(origin), isOnceOnly: false),
        Target.Version3Scheme => Trusted(origin, OlderVersions.Issuer(ProtocolVersion.Atlassian3), isOnceOnly: false),
        Target.JwtRs256 => Bearing(origin, Jwt.Rs256()),
        Target.JwtHs256 => Bearing(origin, keys.ToHs256()),
        _ => Bare(origin),
    };

    /// <summary>Requests that nobody vouches for.</summary>
    public static Requests Bare(string origin)
    {
        var requests = new Requests(origin, isOnceOnly: false, _ => []);
        requests.Prepare(1);
        return requests;
    }

    /// <summary>Makes ready as many as are sent next. What may not come again is made anew.</summary>
    public void Prepare(int count)
    {
        if (!_isOnceOnly && _ends.Count > 0) return;

        _ends.Clear();
        for (int number = 0, made = _isOnceOnly ? count : Few; number < made; number++) Add(_headers(number));
    }

    private static AssertionIssuer Version4(string origin) => BenchFixture.Issuer(BenchKeys.Wiki, baseUrl: BaseUrl.Parse(origin));

    private static Requests Trusted(string origin, AssertionIssuer issuer, bool isOnceOnly) =>
        new(origin, isOnceOnly, number => issuer.Issue(BenchFixture.User(number), $"{origin}{BenchFixture.RoutedPath}?q=open").Enumerate());

    // The first request with a key grant has it, and those after it name it.
    private static Requests Naming(string origin, AssertionIssuer issuer, bool demandsProof)
    {
        string? named = null;
        return new(origin, isOnceOnly: true, number =>
        {
            var request = new OutgoingRequest
            {
                Url = $"{origin}{BenchFixture.RoutedPath}?q=open",
                User = BenchFixture.User(number),
                RequireResponseProof = demandsProof,
            };
            AssertionHeaders headers = issuer.IssueAsync(request, CancellationToken.None).Completed();
            string grant = headers.Enumerate().Single(header => header.Key == KeyHeader).Value;
            bool isNamed = grant == named;
            named = grant;
            return headers.Enumerate().Where(header => !isNamed || header.Key != KeyHeader);
        });
    }

    private static Requests Bearing(string origin, Jwt jwt) =>
        new(origin, isOnceOnly: false, number => [new("Authorization", $"Bearer {jwt.Create(BenchFixture.User(number))}")]);

    private void Add(IEnumerable<KeyValuePair<string, string>> headers)
    {
        int end = _ends.Count == 0 ? 0 : _ends[^1];
        Write(_start);
        foreach ((string name, string value) in headers)
        {
            Write(name);
            Write(": ");
            Write(value);
            Write("\r\n");
        }

        Write("\r\n");
        _ends.Add(end);

        void Write(string text)
        {
            if (end + text.Length > _bytes.Length) Array.Resize(ref _bytes, 2 * _bytes.Length);
            end += Encoding.ASCII.GetBytes(text, _bytes.AsSpan(end));
        }
    }
}
