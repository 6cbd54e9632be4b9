using System.Globalization;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>
/// Two consumers, two providers, every option on and off, and an attacker on all connections: nothing is executed and
/// no proven answer is taken that was not meant, and every honest request succeeds in the end.
/// </summary>
public sealed class AdversaryTests(ITestOutputHelper output)
{
    private const int Requests = 10_000;
    private const int Epochs = 20; // after each everything restarts with other options
    private const int Attacked = 2; // attempts of a request; those after it pass untouched
    private const int Attempts = 8;

    private static readonly string[] _users = ["fred", "barney", "wilma", "\u674E fred", "o'brien \"x\""];

    [Fact]
    public async Task Nothing_is_accepted_that_was_not_meant_and_honest_requests_succeed_in_the_end()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("TRUSTED_APPS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 15;
        output.WriteLine($"TRUSTED_APPS_SEED={seed}");
        var random = new Random(seed);
        var ledger = new Ledger();
        SteppedTime world = SteppedTime.NewWorld();
        await using var tracker = new Site("tracker", 2, isHttp2: false, ledger, world);
        await using var desk = new Site("desk", 3, isHttp2: true, ledger, world);
        var sites = new Dictionary<string, Site>(StringComparer.Ordinal) { ["tracker"] = tracker, ["desk"] = desk };
        using var attacker = new Attacker(random, ledger, sites);
        var run = new Run(random, ledger, world, sites, attacker);

        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            List<Channel> channels = await run.BeginAsync();
            for (int number = 0; number < Requests / Epochs; number++) await run.SucceedAsync(channels[random.Next(channels.Count)], $"{epoch}.{number}");
            channels.ForEach(channel => channel.Dispose());
        }

        output.WriteLine($"{ledger.Executions} executions, {attacker.Deliveries} deliveries, {run.Attempts} attempts, {run.Taken} proven answers");
        output.WriteLine(string.Join(", ", ledger.Codes));
        output.WriteLine(string.Join(", ", run.Failures));
        Assert.True(ledger.Violations.Count == 0, string.Join('\n', ledger.Violations));
        Assert.InRange(ledger.Executions, Requests, int.MaxValue);
        Assert.Superset(new HashSet<string>(["BAD_DIGEST", "BAD_GRANT", "BAD_MAGIC", "BAD_SIGNATURE", "FUTURE_CERT", "GRANT_NEEDED", "OLD_CERT", "REPLAYED", "SYSTEM"]), ledger.Codes.Keys.ToHashSet()); // the attacks arrive
    }

    private sealed class Run(Random random, Ledger ledger, SteppedTime world, Dictionary<string, Site> sites, Attacker attacker)
    {
        private static readonly string[] _scopes = ["issues.read", "issues.write", "issues.delete"];

        private readonly List<string> _told = [];
        private Intent? _last;

        public int Attempts { get; private set; }

        public int Taken { get; private set; }

        /// <summary>What consumers were told when an attempt failed, and how often.</summary>
        public SortedDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

        /// <summary>Restarts everything with other options: providers have forgotten all grants, and consumers have new clocks.</summary>
        public async Task<List<Channel>> BeginAsync()
        {
            var channels = new List<Channel>();
            foreach (Site site in sites.Values)
            {
                bool concealsTrusts = Toss();
                await site.RestartAsync(concealsTrusts, requiredHeaders: Toss() ? ["Idempotency-Key"] : []);
                foreach (ApplicationKeys keys in (ApplicationKeys[])[TestKeys.Wiki, TestKeys.Blog])
                {
                    var options = new ChannelOptions(false, Toss(), Toss(), Toss(), Toss(), Toss() ? _scopes : []);
                    Trust(site, keys, options);
                    // A clock that is ahead makes grants of the future. A provider that conceals trusts calls them bad, so
                    // that only grants that are dated back for proofs let the clock be corrected.
                    int skew = random.Next(6) switch { 0 => 200, 1 => -200, 2 => 29, _ => random.Next(-15, 15) };
                    int other = concealsTrusts ? Math.Min(skew, 29) : skew;
                    channels.Add(new Channel(keys, site, options, attacker, world.WithSkew(TimeSpan.FromSeconds(other))));
                    channels.Add(new Channel(keys, site, options with { IsProven = true }, attacker, world.WithSkew(TimeSpan.FromSeconds(skew))));
                }
            }

            return channels;
        }

        /// <summary>Sends a request until it succeeds, at first under attack.</summary>
        public async Task SucceedAsync(Channel channel, string number)
        {
            if (random.Next(200) == 0) Trust(channel.Site, channel.Consumer == "wiki" ? TestKeys.Wiki : TestKeys.Blog, channel.Options); // another revision
            world.Step(random.Next(300) == 0 ? TimeSpan.FromMinutes(6) : TimeSpan.FromMilliseconds(random.Next(500)));
            _told.Clear();
            for (int attempt = 0; attempt < AdversaryTests.Attempts; attempt++)
            {
                attacker.IsCalm = attempt >= Attacked;
                if (attempt > 0) world.Step(TimeSpan.FromSeconds(1));
                if (random.Next(10) == 0) await attacker.ReplayAsync(TestContext.Current.CancellationToken);
                if (await TryAsync(channel, Mean(channel, $"{number}.{attempt}"))) return;
            }

            Assert.Fail($"Request {number} of {channel.Consumer} to {channel.Site.Id} did not succeed. {channel.Options}, {_last}:\n{string.Join('\n', _told)}");
        }

        private async Task<bool> TryAsync(Channel channel, Intent intent)
        {
            Attempts++;
            _last = intent;
            ledger.Mean(intent);
            attacker.Marker = intent.Marker;
            try
            {
                using HttpResponseMessage response = await channel.SendAsync(intent, TestContext.Current.CancellationToken);
                byte[] content = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                return IsTrue(channel, intent, response, content);
            }
            catch (TrustedAppException refusal)
            {
                if (channel.Options.IsProven && !ledger.IsRefused(intent.Marker, refusal.Error.Code)) ledger.Violated($"{intent.Marker} was told {refusal.Error.Code}, which its provider has not said");
                return Failed(refusal.Error.Code.ToWireName());
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or ResponseProofException)
            {
                _told.Add(failure.Message);
                return Failed(failure.GetType().Name);
            }
        }

        private bool Failed(string reason)
        {
            _told.Add(reason);
            Failures[reason] = Failures.GetValueOrDefault(reason) + 1;
            return false;
        }

        // Without proofs the answer may be anything: TLS is gone.
        private bool IsTrue(Channel channel, Intent intent, HttpResponseMessage response, byte[] content)
        {
            Truth truth = Truth.Of(intent.Provider, intent.Marker, intent.Kind);
            bool isRead = channel.Site.HasTrailers || intent.Kind is not (AnswerKind.Large or AnswerKind.Flushed); // otherwise "dig":"none"
            byte[] expected = intent.Method == "HEAD" ? [] : truth.Content;
            bool isTrue = ledger.IsExecuted(intent.Marker)
                && (int)response.StatusCode == truth.Status
                && response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) == (truth.ContentType is not null)
                && (truth.ContentType is null || type.ToString() == truth.ContentType)
                && response.Headers.NonValidated.TryGetValues("Location", out var location) == (truth.Location is not null)
                && (truth.Location is null || location.ToString() == truth.Location)
                && (content.AsSpan().SequenceEqual(expected) || (channel.Options.IsProven && !isRead));
            if (channel.Options.IsProven)
            {
                Taken++;
                bool isFailure = (int)response.StatusCode == 500 && content.Length == 0 && ledger.IsBroken(intent.Marker);
                if (!isTrue && !isFailure) ledger.Violated($"{intent.Marker} took an answer that its provider has not given: status {(int)response.StatusCode}, {content.Length} octets");
            }

            return isTrue || Failed("an answer that is not true");
        }

        private Intent Mean(Channel channel, string marker)
        {
            ChannelOptions options = channel.Options;
            string method = random.Next(10) switch { < 4 => "GET", 4 => "HEAD", < 7 => "POST", 7 => "PUT", 8 => "DELETE", _ => "PATCH" };
            bool canSayAll = !options.IsProven || channel.Site.HasTrailers || options.AllowsUnprovenContent;
            AnswerKind kind = (AnswerKind)random.Next(canSayAll ? 7 : 5);
            byte[] content = method is "POST" or "PUT" or "PATCH" && random.Next(4) > 0 ? new byte[random.Next(1, 200)] : [];
            random.NextBytes(content);
            Dictionary<string, string> headers = [];
            if (method != "GET" && Toss()) headers["Idempotency-Key"] = $"k{random.Next()}";
            if (Toss()) headers["If-Match"] = $"\"{random.Next()}\"";
            if (Toss()) headers["X-Trace"] = $"{random.Next()}\t{random.Next()}";
            string? user = options.AllowsSelf && random.Next(5) == 0 ? null : _users[random.Next(_users.Length)];
            return new Intent
            {
                Marker = marker,
                Consumer = channel.Consumer,
                Provider = channel.Site.Id,
                User = user,
                Method = method,
                Target = $"/{(Toss() ? "do" : "stream")}?m={marker}&k={kind}&q=%20%2F",
                Content = content,
                ContentType = content.Length == 0 ? null : Toss() ? "text/x; a=\"b\"" : "application/json",
                IsContentBound = !options.AllowsUnboundContent || content.Length <= 64,
                Headers = headers,
                Bound = [.. headers.Keys.Where(name => channel.Site.RequiredHeaders.Contains(name) || Toss())],
                Actors = user is not null && options.AllowsDelegation && Toss() ? (Toss() ? ["portal"] : ["portal", "mail:1"]) : [],
                Scopes = options.Scopes.Count > 0 && Toss() ? [.. options.Scopes.Where(_ => Toss())] : [],
                Kind = kind,
            };
        }

        private void Trust(Site site, ApplicationKeys keys, ChannelOptions options)
        {
            var conditions = new TrustConditions
            {
                Addresses = ["*"],
                Urls = ["*"],
                AllowUnboundContent = options.AllowsUnboundContent,
                AllowDelegation = options.AllowsDelegation,
                DelegatedFrom = Toss() ? ["portal", "mail:1"] : null,
                AllowSelf = options.AllowsSelf,
                Scopes = options.Scopes,
            };
            var trust = new TrustedApplication(CertificateRecord.Establish(keys.ToCertificate(), baseUrl: null, world.GetUtcNow()), conditions);
            site.Trusts.Replace(trust);
        }

        private bool Toss() => random.Next(2) == 0;
    }
}
