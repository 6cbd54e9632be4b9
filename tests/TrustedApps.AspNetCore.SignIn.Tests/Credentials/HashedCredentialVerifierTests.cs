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

    [Theory]
    [InlineData(HashKind.None)]
    [InlineData(HashKind.Version2)]
    [InlineData(HashKind.Sha256)]
    [InlineData(HashKind.Today)]
    [InlineData(HashKind.Costlier)]
    [InlineData(HashKind.Unreadable)]
    public void The_work_is_that_of_the_costliest_hash_whatever_hash_an_account_has(HashKind kind)
    {
        var hasher = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = 20_000 }));
        string dummy = hasher.HashPassword("", "secret"), costlier = Version3(algorithm: 2, iterations: 30_000);
        var work = new PasswordWork();
        work.Complete(costlier, dummy, "guess");
        Assert.Equal(0, work.Spent);

        work.Complete(HashOf(kind, dummy, costlier), dummy, "guess");

        (double least, double most) = kind switch
        {
            HashKind.Costlier => (0, 0),
            HashKind.Today or HashKind.None => (10_000, 10_000),
            HashKind.Unreadable => (30_000, 30_000), // Identity refuses it at once
            HashKind.Version2 => (25_000, 29_990), // 1,000 rounds of two blocks of SHA-1, cheaper than SHA-512 or not
            _ => (15_000, 29_000), // 5,000 rounds of SHA-256
        };
        Assert.InRange(work.Spent, least, most);
    }

    [Fact]
    public void The_hashes_of_a_hasher_of_the_application_s_own_are_left_alone()
    {
        var work = new PasswordWork();
        work.Complete("$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "$2a$04$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "guess");
        Assert.Equal(0, work.Spent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hash_of_fewer_iterations_is_replaced_at_a_login_and_a_store_that_cannot_does_no_harm(bool fails)
    {
        string old = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 })).HashPassword("fred", "secret");
        var store = new ReplacingStore(old, fails);
        var hasher = new CountingHasher();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(
            services: services => services.AddSingleton<IPasswordHasher<string>>(hasher).AddSingleton<IPasswordHashStore>(store));

        Assert.Equal(401, (await server.GetBasicAsync("fred", "guess", "/closed")).Status);
        Assert.Equal(old, store.Hash);
        for (int login = 0; login < 2; login++) Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret", "/closed")).Body);

        Assert.Equal(fails ? 2 : 1, store.Calls);
        Assert.Equal(fails ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Success, hasher.Inner.VerifyHashedPassword("fred", store.Hash, "secret"));
        Assert.Equal(fails ? 2 : 0, server.Logs.Lines.Count(line => line.Event.Name == "HashNotReplaced"));
    }

    public enum HashKind
    {
        None,
        Version2,
        Sha256,
        Today,
        Costlier,
        Unreadable,
    }

    private static string HashOf(HashKind kind, string dummy, string costlier) => kind switch
    {
        HashKind.Version2 => Convert.ToBase64String(new byte[49]),
        HashKind.Sha256 => Version3(algorithm: 1, iterations: 5_000),
        HashKind.Costlier => costlier,
        HashKind.Unreadable => Convert.ToBase64String([2, 3, 4]),
        _ => dummy,
    };

    // The format of ASP.NET Core Identity: 1, algorithm, iterations, length of the salt, salt, result.
    private static string Version3(byte algorithm, int iterations) => Convert.ToBase64String(
        [1, 0, 0, 0, algorithm, (byte)(iterations >> 24), (byte)(iterations >> 16), (byte)(iterations >> 8), (byte)iterations, 0, 0, 0, 16, .. new byte[16 + 32]]);

    private sealed class ReplacingStore(string hash, bool fails) : IPasswordHashStore
    {
        public string Hash { get; private set; } = hash;

        public int Calls { get; private set; }

        public ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken) => new(Hash);

        public ValueTask ReplaceHashAsync(string userName, string oldHash, string newHash, CancellationToken cancellationToken)
        {
            Calls++;
            if (fails) throw new InvalidOperationException("read only");
            Assert.Equal(Hash, oldHash);
            Hash = newHash;
            return default;
        }
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
