namespace TrustedApps.Bench.Setup;

/// <summary>Verifies, and sees to it that what is measured is what was meant.</summary>
internal static class Verification
{
    public static Verdict Verify(this AssertionVerifier verifier, in IncomingRequest request)
    {
        ValueTask<Verdict> verifying = verifier.VerifyAsync(request);
        return verifying.IsCompleted ? verifying.Result : verifying.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Verifies requests that are all to be accepted.</summary>
    public static void Accept(this AssertionVerifier verifier, IncomingRequest[] requests)
    {
        int accepted = 0;
        for (int number = 0; number < requests.Length; number++)
        {
            if (verifier.Verify(requests[number]).Accepted) accepted++;
        }

        if (accepted != requests.Length) throw new InvalidOperationException($"Only {accepted} of {requests.Length} were accepted; then: {verifier.Verify(requests[0]).Rejection?.Detail}");
    }

    /// <summary>Verifies requests that are all to be refused with a code.</summary>
    public static void Refuse(this AssertionVerifier verifier, IncomingRequest[] requests, ErrorCode code)
    {
        int refused = 0;
        for (int number = 0; number < requests.Length; number++)
        {
            if (verifier.Verify(requests[number]).Code == code) refused++;
        }

        if (refused != requests.Length) throw new InvalidOperationException($"Only {refused} of {requests.Length} were refused with {code}; then: {verifier.Verify(requests[0]).Rejection?.Detail ?? "accepted"}");
    }
}
