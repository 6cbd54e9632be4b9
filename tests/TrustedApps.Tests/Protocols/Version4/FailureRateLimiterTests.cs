using System.Net;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class FailureRateLimiterTests
{
    private static readonly IPAddress _address = IPAddress.Parse("192.0.2.1");

    private readonly FailureRateLimiter _rate = new(limit: 3);

    [Fact]
    public void So_many_failures_a_minute_are_let_through_and_the_next_minute_begins_anew()
    {
        Fail("wiki", _address, 2, now: 60);
        Assert.False(_rate.IsExceeded("wiki", _address, 60));
        Fail("wiki", _address, 1, now: 119);
        Assert.True(_rate.IsExceeded("wiki", _address, 119));
        Assert.False(_rate.IsExceeded("wiki", _address, 120));
        Fail("wiki", _address, 1, now: 120);
        Assert.False(_rate.IsExceeded("wiki", _address, 120));
    }

    [Theory]
    [InlineData("wiki", "192.0.2.1", true)]
    [InlineData("wiki", "::ffff:192.0.2.1", true)] // the same, by another socket
    [InlineData("wiki", "192.0.2.2", false)]
    [InlineData("wiki", "::192.0.2.1", false)]
    [InlineData("wiki", null, false)]
    [InlineData("blog", "192.0.2.1", false)]
    public void Application_and_address_are_counted_together(string application, string? address, bool exceeded)
    {
        Fail("wiki", _address, 3);
        Assert.Equal(exceeded, _rate.IsExceeded(application, address is null ? null : IPAddress.Parse(address), 0));
    }

    [Theory]
    [InlineData("2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::", true)]
    [InlineData("2001:db8:1:3::1", false)]
    public void Who_has_an_IPv6_address_has_a_network_of_them(string address, bool exceeded)
    {
        Fail("wiki", IPAddress.Parse("2001:db8:1:2::1"), 3);
        Assert.Equal(exceeded, _rate.IsExceeded("wiki", IPAddress.Parse(address), 0));
    }

    [Fact]
    public void Requests_without_an_address_are_counted_among_themselves()
    {
        Fail("wiki", null, 3);
        Assert.True(_rate.IsExceeded("wiki", null, 0));
    }

    [Fact]
    public void More_addresses_than_there_is_room_for_do_not_take_more()
    {
        for (int number = 0; number < 10_000; number++) _rate.Count("wiki", new IPAddress(number), 0);
        Fail("wiki", _address, 3);
        Assert.False(_rate.IsExceeded("wiki", _address, 0));
    }

    private void Fail(string application, IPAddress? address, int times, long now = 0)
    {
        for (int time = 0; time < times; time++) _rate.Count(application, address, now);
    }
}
