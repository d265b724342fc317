"""`python -m bench` measures what is quoted in docs/metingen."""

import asyncio

from bench import matrix, updates

if __name__ == "__main__":
    asyncio.run(updates.main())
    asyncio.run(matrix.main())
