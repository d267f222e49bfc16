using BatchOps.Engine;

namespace Benchmarks;

/// <summary>The additive-increase, multiplicative-decrease limit as Netflix' concurrency-limits library has it, with its defaults but for a lowest limit of 1.</summary>
internal sealed class NetflixAimd : LimitController
{
    private const int InitialLimit = 20;
    private const int MaxLimit = 200;
    private const double BackoffRatio = 0.9;
    private const double SlowSeconds = 5;

    private int _limit = InitialLimit;

    public override int Limit => _limit;

    public override double? Rate => null;

    public override double ReadyAt(double now) => now;

    public override void Start(double now)
    {
    }

    public override void End(in AttemptEnd end)
    {
        if (end.Class != OutcomeClass.Success || end.Seconds > SlowSeconds)
        {
            _limit = (int)(_limit * BackoffRatio);
        }
        else if ((end.InFlight + 1) * 2 >= _limit)
        {
            _limit++;
        }

        _limit = Math.Clamp(_limit, 1, Math.Min(MaxLimit, end.Ceiling));
    }
}
