using TrustedApps.Limits;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public sealed class KeyGrantNamingTests
{
    private readonly ManualTimeProvider _time = new(Fixture.Now);
    private readonly OncePerSecond _doubling;

    public KeyGrantNamingTests() => _doubling = new OncePerSecond(_time);

    [Fact]
    public void The_number_of_requests_that_carry_it_doubles_at_most_once_a_second_and_grows_by_one_in_between()
    {
        KeyGrantNaming naming = New();
        Assert.Equal(4, CarriedAfterDemand(naming));
        Assert.Equal(5, CarriedAfterDemand(naming));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(6, CarriedAfterDemand(naming));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(12, CarriedAfterDemand(naming));
        _time.Step(TimeSpan.FromHours(1)); // the wall clock does not count
        Assert.Equal(13, CarriedAfterDemand(naming));
        for (int second = 0; second < 20; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            CarriedAfterDemand(naming);
        }

        Assert.Equal(1024, CarriedAfterDemand(naming));
    }

    [Fact]
    public void The_next_grant_begins_with_as_many_and_with_fewer_while_no_node_asks()
    {
        KeyGrantNaming naming = New();
        Assert.Equal(0, Carried(New(naming)));
        CarriedAfterDemand(naming);
        _time.Advance(TimeSpan.FromSeconds(1));
        CarriedAfterDemand(naming);
        foreach (int expected in new[] { 8, 6, 5, 4, 0, 0 })
        {
            naming = New(naming);
            Assert.Equal(expected, Carried(naming));
        }

        Assert.Equal(4, CarriedAfterDemand(naming));
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(10, 60)]
    [InlineData(30, 300)]
    public void Of_a_slow_consumer_s_requests_to_nodes_in_turn_at_most_2_percent_pay_a_second_round_trip(int nodes, int requestsOfGrant)
    {
        const int Grants = 100;
        KeyGrantNaming? naming = null;
        int turn = 0, demands = 0;
        for (int grant = 0; grant < Grants; grant++)
        {
            naming = New(naming);
            var told = new HashSet<int> { turn++ % nodes }; // the first request carries it
            for (int request = 1; request < requestsOfGrant; request++)
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                if (!naming.TryLeaveOut()) told.Add(turn % nodes);
                else if (!told.Contains(turn % nodes))
                {
                    demands++;
                    naming.Demand();
                    told.Add(++turn % nodes); // the second try
                }

                turn++;
            }
        }

        Assert.InRange(demands, 1, Grants * requestsOfGrant / 50);
    }

    private KeyGrantNaming New(KeyGrantNaming? before = null) => new(Fixture.NewGrant(), _doubling, before);

    private static int CarriedAfterDemand(KeyGrantNaming naming)
    {
        naming.Demand();
        return Carried(naming);
    }

    private static int Carried(KeyGrantNaming naming)
    {
        int carried = 0;
        while (!naming.TryLeaveOut()) carried++;
        return carried;
    }
}
