using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.WorksWith.Tests;

public sealed class IdentityTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Connection => $"Data Source={_folder.PathOf("users.db")};Pooling=False";

    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await AddUsersAsync();
        await using Page page = await Page.OpenAsync("identity");
        await page.StartProviderAsync(baseUrl: null, "--ConnectionStrings:Users", Connection);
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    public void Dispose() => _folder.Dispose();

    private async Task AddUsersAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDbContext<IdentityDbContext>(options => options.UseSqlite(Connection));
        services.AddIdentityCore<IdentityUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<IdentityDbContext>();
        await using ServiceProvider provider = services.BuildServiceProvider();
        await using AsyncServiceScope scope = provider.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IdentityDbContext>().Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        RoleManager<IdentityRole> roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        Require(await roles.CreateAsync(new IdentityRole("editor")));
        UserManager<IdentityUser> users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        foreach (string name in (string[])["fred", "barney", "locked"]) Require(await users.CreateAsync(new IdentityUser(name)));
        Require(await users.AddToRoleAsync((await users.FindByNameAsync("fred"))!, "editor"));
        Require(await users.SetLockoutEndDateAsync((await users.FindByNameAsync("locked"))!, DateTimeOffset.MaxValue));
    }

    private static void Require(IdentityResult result) => Assert.True(result.Succeeded, result.ToString());
}
