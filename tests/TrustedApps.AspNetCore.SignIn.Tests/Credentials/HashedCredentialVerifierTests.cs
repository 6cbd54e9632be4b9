using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

public sealed class HashedCredentialVerifierTests
{
    [Fact]
    public async Task Stored_hashes_of_Identity_are_verified()
    {
        await using KestrelServer server = await StartAsync(new CountingHasher());
        Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret", "/closed")).Body);
        Assert.Equal(401, (await server.GetBasicAsync("fred", "guess", "/closed")).Status);
    }

    [Theory]
    [InlineData("fred", "secret")]
    [InlineData("fred", "guess")]
    [InlineData("nobody", "secret")]
    [InlineData("nobody", "")]
    [InlineData("disabled", "secret")] // has no password
    public async Task One_hash_is_verified_whether_the_account_exists_or_not(string userName, string password)
    {
        var hasher = new CountingHasher();
        await using KestrelServer server = await StartAsync(hasher);

        for (int login = 1; login <= 3; login++)
        {
            Answer answer = await server.GetBasicAsync(userName, password, "/closed");
            Assert.Equal((userName, password) == ("fred", "secret") ? 200 : 401, answer.Status);
            Assert.Equal(password.Length == 0 ? 0 : login, hasher.Verified); // nobody's password is empty: that says nothing
        }

        Assert.InRange(hasher.Hashed, 0, 1); // what is verified for nobody is made once
    }

    [Theory]
    [InlineData("!")]
    [InlineData("$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")]
    public async Task What_is_no_hash_is_nobodys_and_attempts_on_it_count(string hash)
    {
        await using KestrelServer server = await StartAsync(new CountingHasher(), hash);

        for (int login = 1; login <= 6; login++) Assert.Equal(401, (await server.GetBasicAsync("fred", "secret", "/closed")).Status);

        Assert.Equal("LOCKED_OUT", server.Codes().Last());
    }

    [Fact]
    public async Task A_hash_of_fewer_iterations_than_new_ones_have_is_still_good()
    {
        var old = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        await using KestrelServer server = await StartAsync(new CountingHasher(), old.HashPassword("fred", "secret"));
        Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret", "/closed")).Body);
    }

    [Fact]
    public async Task Without_a_hasher_of_its_own_an_application_has_that_of_Identity()
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(services: services => services.AddSingleton<IPasswordHashStore>(new Hashes(new PasswordHasher<string>().HashPassword("fred", "secret"))));
        Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret", "/closed")).Body);
        Assert.Equal(401, (await server.GetBasicAsync("nobody", "secret", "/closed")).Status);
    }

    [Fact]
    public async Task A_hash_store_of_the_scheme_goes_before_a_verifier_for_all()
    {
        var all = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(
            all, services: services => services.AddKeyedSingleton<IPasswordHashStore>("Basic", new Hashes(new PasswordHasher<string>().HashPassword("fred", "other"))));
        Assert.Equal("fred", (await server.GetBasicAsync("fred", "other")).Body);
        Assert.Empty(all.Asked);
    }

    private static Task<KestrelServer> StartAsync(CountingHasher hasher, string? hash = null) => CredentialServer.StartBasicAsync(services: services => services
        .AddSingleton<IPasswordHasher<string>>(hasher)
        .AddSingleton<IPasswordHashStore>(new Hashes(hash ?? hasher.Inner.HashPassword("fred", "secret"))));

    private sealed class Hashes(string hash) : IPasswordHashStore
    {
        public ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken) => new(userName switch
        {
            "fred" => hash,
            "disabled" => "",
            _ => null,
        });
    }

    private sealed class CountingHasher : IPasswordHasher<string>
    {
        private int _hashed;
        private int _verified;

        public PasswordHasher<string> Inner { get; } = new(Options.Create(new PasswordHasherOptions { IterationCount = 2000 }));

        public int Hashed => _hashed;

        public int Verified => _verified;

        public string HashPassword(string user, string password)
        {
            Interlocked.Increment(ref _hashed);
            return Inner.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(string user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref _verified);
            return Inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
