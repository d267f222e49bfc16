using BatchOps.Engine;

namespace Benchmarks;

/// <summary>The rate limiter of the AWS SDKs' adaptive retry mode: a token bucket that is off until the first throttling, then filled at a rate that follows CUBIC.</summary>
internal sealed class AwsAdaptive : LimitController
{
    private const double Beta = 0.7;
    private const double Scale = 0.4;
    private const double MinFillRate = 0.5;
    private const double MinCapacity = 1;
    private const double Smoothing = 0.8;
    private const double BucketSeconds = 0.5;

    private bool _enabled;
    private double _fillRate;
    private double _capacity;
    private double _tokens;
    private double _filledAt;
    private double _lastMaxRate;
    private double _throttledAt;
    private double _measured;
    private double _bucketAt;
    private int _count;

    public override int Limit => int.MaxValue;

    public override double? Rate => _enabled ? _fillRate : null;

    public override double ReadyAt(double now)
    {
        if (!_enabled)
        {
            return now;
        }

        Refill(now);
        return _tokens >= 1 - 1e-6 ? now : now + ((1 - _tokens) / _fillRate);
    }

    public override void Start(double now)
    {
        if (_enabled)
        {
            Refill(now);
            _tokens--;
        }
    }

    public override void End(in AttemptEnd end)
    {
        Measure(end.Now);
        double rate;
        if (end.Class is OutcomeClass.Throttled or OutcomeClass.Transient)
        {
            var current = _enabled ? Math.Min(_measured, _fillRate) : _measured;
            _lastMaxRate = current;
            _throttledAt = end.Now;
            rate = current * Beta;
            _enabled = true;
        }
        else
        {
            var window = Math.Cbrt(_lastMaxRate * (1 - Beta) / Scale);
            rate = (Scale * Math.Pow(end.Now - _throttledAt - window, 3)) + _lastMaxRate;
        }

        Refill(end.Now);
        _fillRate = Math.Max(MinFillRate, Math.Min(rate, 2 * _measured));
        _capacity = Math.Max(MinCapacity, _fillRate);
        _tokens = Math.Min(_tokens, _capacity);
    }

    private void Refill(double now)
    {
        _tokens = Math.Min(_capacity, _tokens + ((now - _filledAt) * _fillRate));
        _filledAt = now;
    }

    private void Measure(double now)
    {
        var bucket = Math.Floor(now / BucketSeconds) * BucketSeconds;
        _count++;
        if (bucket > _bucketAt)
        {
            _measured = (_count / (bucket - _bucketAt) * Smoothing) + (_measured * (1 - Smoothing));
            _count = 0;
            _bucketAt = bucket;
        }
    }
}
