using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>A hash that no password matches, made once: what is verified when an account does not exist, so that it takes as long.</summary>
internal sealed class DummyHash
{
    private readonly Lock _gate = new();
    private string? _hash;

    public string Get(IPasswordHasher<string> hasher)
    {
        lock (_gate) return _hash ??= hasher.HashPassword("", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
    }
}
