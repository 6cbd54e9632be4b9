using TrustedApps.Storage.Replay;

namespace TrustedApps.Storage.Tests.Replay;

public class ReplayHealthTests
{
    [Fact]
    public void It_says_once_that_something_is_gone_and_once_that_it_is_back()
    {
        var said = new List<string>();
        var health = new ReplayHealth(problem => said.Add(problem.Message), () => said.Add("back"));
        health.Succeeded(health.Begin());
        int before = health.Begin();
        health.Failed(new TimeoutException("one"));
        health.Failed(new TimeoutException("two"));
        health.Succeeded(before); // began while it was well
        Assert.Equal(["one"], said);
        health.Succeeded(health.Begin());
        health.Succeeded(health.Begin());
        health.Failed(new TimeoutException("three"));
        Assert.Equal(["one", "back", "three"], said);
    }
}
