def generate(seed): raise SystemExit
def smaller(case): return []
