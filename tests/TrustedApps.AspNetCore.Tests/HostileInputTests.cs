using System.Text;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests;

public sealed class HostileInputTests
{
    private const int Requests = 300;

    private static readonly string[] _names = [.. AssertionHeaders.Names, "X-Forwarded-For", "Host"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_bytes_in_any_header_make_the_provider_fail(int seed)
    {
        var random = new Random(seed);
        await using KestrelServer server = await TestProvider.StartAsync(options =>
        {
            TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki, "1", "2", "3", "warwick");
            (trust.Urls[0], trust.Addresses[0], trust.CheckForwardedFor) = ("/open", "127.0.0.1", true);
            options.Applications.Add(trust);
        });

        AssertionHeaders[] genuine = [.. ProtocolVersion.All.Where(version => version.IsLegacy).Select(version => TrustedRequests.Issue(server.Origin + "/open", version: version))];
        int accepted = 0;
        for (int request = 0; request < Requests; request++)
        {
            Answer answer = await RawHttp.SendAsync(server.EndPoint, Hostile(random, server, genuine[random.Next(genuine.Length)]));

            Assert.Contains(answer.Status, new[] { 200, 400 }); // 400: what Kestrel takes for no HTTP
            if (answer["X-Seraph-Trusted-App-Status"] == "OK" || answer["X-Trusted-App-Status"] == "OK") accepted++;
        }

        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error);
        Assert.InRange(server.Logs.Refusals.Count, 1, 200); // one for each application and reason, however many requests
        Assert.InRange(accepted, 1, Requests / 2); // some are changed only where nothing depends on it
    }

    [Theory]
    [InlineData(Entrance.Handler, 4)]
    [InlineData(Entrance.Middleware, 5)]
    public async Task No_bytes_in_any_header_of_version_4_make_the_provider_fail(Entrance entrance, int seed)
    {
        var random = new Random(seed);
        await using KestrelServer server = await Version4.StartAsync(
            options => options.Applications.Add(Version4.Trust(trust => (trust.Urls[0], trust.Addresses[0], trust.CheckForwardedFor) = ("/open", "127.0.0.1", true))),
            entrance: entrance);

        int accepted = 0, refused = 0;
        for (int request = 0; request < Requests; request++)
        {
            Answer answer = await RawHttp.SendAsync(server.EndPoint, Hostile(random, server, Version4.Issue(server.Origin, "/open")));

            Assert.Contains(answer.Status, new[] { 200, 400, 401, 503 });
            if (answer.Code == "OK") accepted++;
            else if (answer.Status is 401 or 503) refused++;
        }

        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error);
        Assert.InRange(refused, Requests / 4, Requests);
        Assert.InRange(accepted, 1, Requests / 2);
    }

    private static byte[] Hostile(Random random, KestrelServer server, AssertionHeaders genuine)
    {
        var headers = genuine.Enumerate().ToDictionary(header => header.Key, header => Encoding.Latin1.GetBytes(header.Value));
        headers["Host"] = Encoding.Latin1.GetBytes(server.EndPoint.ToString());

        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            string name = _names[random.Next(_names.Length)];
            headers[name] = random.Next(5) switch
            {
                0 => Bytes(random, random.Next(0, 40)),
                1 => Bytes(random, random.Next(1000, 9000)),
                2 => Encoding.ASCII.GetBytes(Convert.ToBase64String(Bytes(random, random.Next(0, 600)))),
                3 when headers.TryGetValue(name, out byte[]? value) && value.Length > 0 => Changed(random, value),
                _ => headers.GetValueOrDefault(name) ?? [],
            };
        }

        return
        [
            .. "GET /open HTTP/1.1\r\nConnection: close\r\n"u8,
            .. headers.SelectMany(header => (byte[])[.. Encoding.ASCII.GetBytes(header.Key + ": "), .. header.Value, .. "\r\n"u8]),
            .. "\r\n"u8,
        ];
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return [.. bytes.Where(value => value is not ((byte)'\r' or (byte)'\n'))]; // which would end the header
    }

    private static byte[] Changed(Random random, byte[] value)
    {
        byte[] changed = [.. value];
        changed[random.Next(changed.Length)] = (byte)random.Next(' ', '~');
        return changed;
    }
}
