using System.Globalization;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>
/// A man in the middle of all connections, who reads everything and has kept it: he drops, replays, reorders, mixes and
/// changes requests and responses.
/// </summary>
internal sealed class Attacker(Random random, Ledger ledger, IReadOnlyDictionary<string, Site> sites) : IDisposable
{
    private const string Proof = "X-Seraph-Trusted-App-Proof";
    private const string Status = "X-Seraph-Trusted-App-Status";
    private const string Error = "X-Seraph-Trusted-App-Error";

    private static readonly string[] _codes =
        ["GRANT_NEEDED", "BAD_GRANT", "REPLAYED", "OLD_CERT", "FUTURE_CERT", "PERMISSION_DENIED", "SYSTEM", "BAD_MAGIC", "BAD_DIGEST", "UNKNOWN"];

    private readonly HttpMessageInvoker _wire = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly List<Message> _messages = [];
    private readonly List<Reply> _replies = [];
    private readonly Mutation _mutation = new(random);

    /// <summary>Whether the requests of consumers and their responses pass untouched.</summary>
    public bool IsCalm { get; set; }

    /// <summary>The request that a consumer sends at this moment.</summary>
    public string Marker { get; set; } = "";

    public int Deliveries { get; private set; }

    /// <summary>The connection from a consumer to a provider.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="setsClock">Whether the attacker may give a response another date.</param>
    public HttpMessageHandler ConnectionTo(string provider, bool setsClock) => new Connection(this, provider, setsClock);

    /// <summary>Sends an earlier request once more.</summary>
    public Task ReplayAsync(CancellationToken cancellationToken) =>
        _messages.Count == 0 ? Task.CompletedTask : DeliverAsync(AnyMessage(), cancellationToken);

    public void Dispose() => _wire.Dispose();

    // Null when the connection is lost.
    private async Task<Reply?> PassAsync(Message message, bool setsClock, CancellationToken cancellationToken)
    {
        ledger.Sent(message["X-Seraph-Trusted-App-Cert"]!, Marker);
        _messages.Add(message);
        if (IsCalm) return await DeliverAsync(message, cancellationToken);
        Reply? reply = await AttackRequestAsync(message, cancellationToken);
        if (reply is null || random.Next(3) > 0) return reply;
        Reply? attacked = AttackResponse(reply);
        return setsClock ? attacked : attacked?.With("Date", null);
    }

    private async Task<Reply?> AttackRequestAsync(Message message, CancellationToken cancellationToken)
    {
        switch (random.Next(20))
        {
            case 0: // dropped, or held back until it is replayed
                return null;
            case 1: // its response is dropped
                await DeliverAsync(message, cancellationToken);
                return null;
            case 2:
                Reply? first = await DeliverAsync(message, cancellationToken), second = await DeliverAsync(message, cancellationToken);
                return random.Next(2) == 0 ? first : second;
            case 3:
                for (int count = random.Next(3); count >= 0; count--) await ReplayAsync(cancellationToken);
                break;
            case 4: // to another provider
                Message elsewhere = message.Copy();
                elsewhere.Provider = sites.Keys.First(id => id != message.Provider);
                Reply? other = await DeliverAsync(elsewhere, cancellationToken);
                if (random.Next(2) == 0) return other;
                break;
            case 5 or 6: // a mixture beside it
                await DeliverAsync(Mix(message), cancellationToken);
                break;
            case 7: // a mixture in its place
                return await DeliverAsync(Mix(message), cancellationToken);
            case 8 or 9:
                await DeliverAsync(_mutation.Of(message), cancellationToken);
                break;
            case 10:
                return await DeliverAsync(_mutation.Of(message), cancellationToken);
        }

        return await DeliverAsync(message, cancellationToken);
    }

    private Reply? AttackResponse(Reply reply)
    {
        switch (random.Next(10))
        {
            case 0: return null;
            case 1 or 2: return AnyReply(); // the answer to another request
            case 3: return reply.With(Proof, random.Next(2) == 0 ? null : Value(AnyReply().Headers)) with { Trailers = [] };
            case 4: return reply with { Trailers = random.Next(2) == 0 ? [] : AnyReply().Trailers };
            case 5: return Forge(reply);
            case 6: // another answer in its place
                Reply stranger = AnyReply();
                return reply with { Content = stranger.Content, Status = stranger.Status };
            default: return _mutation.Of(reply);
        }
    }

    private Reply Forge(Reply reply)
    {
        string code = _codes[random.Next(_codes.Length)];
        Reply forged = reply.With(Status, "ERROR").With(Error, $"{code};\tNo;\t[]") with { Status = random.Next(2) == 0 ? 401 : reply.Status };
        if (random.Next(2) == 0) forged = forged.With("Date", TimeProvider.System.GetUtcNow().AddSeconds(random.Next(-2000, 2000)).ToString("R", CultureInfo.InvariantCulture));
        return random.Next(2) == 0 ? forged : forged.With(Proof, null);
    }

    // Each part is of this request, or of another that was sent before.
    private Message Mix(Message message)
    {
        Message mixed = (random.Next(2) == 0 ? message : AnyMessage()).Copy();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            Message other = random.Next(3) == 0 ? message : AnyMessage();
            switch (random.Next(11))
            {
                case 0: mixed.Set("X-Seraph-Trusted-App-ID", other["X-Seraph-Trusted-App-ID"]); break;
                case 1 or 2: mixed.Set("X-Seraph-Trusted-App-Key", other["X-Seraph-Trusted-App-Key"]); break; // or none: named
                case 3 or 4: mixed.Set("X-Seraph-Trusted-App-Cert", other["X-Seraph-Trusted-App-Cert"]); break;
                case 5: mixed.Method = other.Method; break;
                case 6: mixed.Target = other.Target; break;
                case 7:
                    mixed.Content = other.Content;
                    mixed.Set("Content-Type", other["Content-Type"]);
                    break;
                case 8: mixed.Set("Idempotency-Key", other["Idempotency-Key"] ?? "1"); break;
                case 9: mixed.Set("If-Match", other["If-Match"]); break;
                default: mixed.Provider = other.Provider; break;
            }
        }

        return mixed;
    }

    private Message AnyMessage() => _messages[random.Next(3) == 0 ? random.Next(_messages.Count) : random.Next(Math.Max(0, _messages.Count - 20), _messages.Count)];

    private Reply AnyReply() => _replies[random.Next(3) == 0 ? random.Next(_replies.Count) : random.Next(Math.Max(0, _replies.Count - 20), _replies.Count)];

    private static string? Value(IEnumerable<KeyValuePair<string, string>> headers) =>
        headers.FirstOrDefault(header => header.Key.Equals(Proof, StringComparison.OrdinalIgnoreCase)).Value;

    private async Task<Reply?> DeliverAsync(Message message, CancellationToken cancellationToken)
    {
        Deliveries++;
        Site site = sites[message.Provider];
        try
        {
            using HttpRequestMessage request = message.ToRequest(site.Origin, site.HttpVersion);
            using HttpResponseMessage response = await _wire.SendAsync(request, cancellationToken);
            Reply reply = await Reply.OfAsync(response, cancellationToken);
            _replies.Add(reply);
            return reply;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null; // what HTTP does not allow, or a connection that was cut
        }
    }

    private sealed class Connection(Attacker attacker, string provider, bool setsClock) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Message message = await Message.OfAsync(request, provider, cancellationToken);
            Reply? reply = await attacker.PassAsync(message, setsClock, cancellationToken);
            return reply?.ToResponse(request) ?? throw new HttpRequestException("The connection was lost.");
        }
    }
}
