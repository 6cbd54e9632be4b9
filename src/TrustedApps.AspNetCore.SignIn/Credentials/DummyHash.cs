using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// A hash that no password matches. It is verified if an account does not exist, so that the answer takes as long.
/// </summary>
internal sealed class DummyHash
{
    private readonly Lock _gate = new();
    private string? _hash;

    public string Get(IPasswordHasher<string> hasher)
    {
        lock (_gate) return _hash ??= hasher.HashPassword("", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
    }
}
